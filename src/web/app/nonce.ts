/** The service admits style elements that carry the nonce it wrote into the page's head, and no others. */
export const styleNonce = (): string =>
  document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.nonce ?? "";

// what locks scrolling behind a drawer asks for the nonce by this name
Object.assign(globalThis, { __webpack_nonce__: styleNonce() });
