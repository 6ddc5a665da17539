// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "77a0cfb9111024c523981e36c3a74e5ae08c5796b5910f993aeb795b453d3101";
