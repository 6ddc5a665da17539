// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "e45624b09e9f8ccc28897e15e4c98aebf0a8d7c7d02263aabd4f7250dc911c74";
