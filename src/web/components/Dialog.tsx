import { Modal } from "@mantine/core";
import type { ReactNode } from "react";
import { useWords } from "../app/language.tsx";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A question put before the page. Its head is no banner: a page has one. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const { say } = useWords();
  return (
    <Modal.Root opened onClose={onClose}>
      <Modal.Overlay />
      <Modal.Content>
        <div className="drawer-head">
          <Modal.Title className="drawer-title">{title}</Modal.Title>
          <Modal.CloseButton aria-label={say("paper.close")} />
        </div>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
