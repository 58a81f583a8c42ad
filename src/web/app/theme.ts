import {
  Badge,
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
} from "@mantine/core";

/** 黛蓝, the ink of the office: what one acts with. */
const ink: MantineColorsTuple = [
  "#eff4f8",
  "#dde7ef",
  "#b9cddd",
  "#92b0ca",
  "#7198ba",
  "#5b88af",
  "#4a78a1",
  "#2f5d86",
  "#234c71",
  "#173a5a",
];

/** 朱砂, the colour of the seal: used for the mark, and for what is refused. */
const seal: MantineColorsTuple = [
  "#fcf1ef",
  "#f7dfdb",
  "#ebbcb4",
  "#df978b",
  "#d47768",
  "#c95e4c",
  "#b94634",
  "#a3301f",
  "#8a2517",
  "#6d1a0f",
];

/** 琥珀: what waits for someone. */
const amber: MantineColorsTuple = [
  "#fdf6e8",
  "#f9e8c6",
  "#efd294",
  "#e4ba60",
  "#daa638",
  "#c8921f",
  "#a97813",
  "#8a5f0a",
  "#704c05",
  "#573a02",
];

/** Texts that Mantine writes too pale to be read. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#525e6b",
    "--mantine-color-placeholder": "#66717d",
    "--mantine-color-error": "#a3301f",
    "--mantine-color-anchor": "#1f5484",
  },
  dark: {},
});

/** The look of the portal. Tinted surfaces take the darkest shade of their colour, so that their text can be read. */
export const theme = createTheme({
  colors: { ink, seal, amber },
  primaryColor: "ink",
  primaryShade: 7,
  black: "#1b2530",
  headings: { fontWeight: "650" },
  defaultRadius: "md",
  respectReducedMotion: true,
  cursorType: "pointer",
  variantColorResolver: (input) => {
    const colors = defaultVariantColorsResolver(input);
    const name = input.color ?? input.theme.primaryColor;
    if (input.variant !== "light" || !(name in input.theme.colors)) return colors;
    return {
      ...colors,
      background: `var(--mantine-color-${name}-0)`,
      hover: `var(--mantine-color-${name}-1)`,
      color: `var(--mantine-color-${name}-9)`,
      border: `1px solid var(--mantine-color-${name}-2)`,
    };
  },
  components: {
    Badge: Badge.extend({
      defaultProps: { variant: "light", radius: "sm", size: "md" },
      styles: { root: { textTransform: "none", fontWeight: 600, letterSpacing: 0, height: "auto", minHeight: 22 } },
    }),
  },
});
