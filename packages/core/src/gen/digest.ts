// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "682153d4cc24e095cb5fe27a47c220aa5cdc1c51b3d7241485e4c2a80d80ed9e";
