// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "0a23bd28fc4589a9c30f2c031a42131dc7c841d1899d8f6c52c669efe5710b01";
