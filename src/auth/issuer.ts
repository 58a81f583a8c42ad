/** The issuer of the embedded default. Its subjects are the ids of accounts. */
export const DEVELOPMENT_ISSUER = "urn:guantong:development";

/** How far an issuer's clock may differ from ours, in seconds. */
export const CLOCK_SKEW_S = 30;

/** Asymmetric only: a public key is never taken for a secret, and "none" is no signature. */
export const ALGORITHMS = ["ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA"];
