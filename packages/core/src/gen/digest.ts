// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "c00d08cffdb70fe7c30dfda96562d02052b7f2b4de0690c573d47514bd07851f";
