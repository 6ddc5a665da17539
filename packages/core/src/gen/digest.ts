// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "508b8da4809a65533c040fd863c4d3add0ed597be960861cb24f863c8e30d95d";
