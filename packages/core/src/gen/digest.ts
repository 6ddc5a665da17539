// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "62e85a91abf373aea8ea42e61d3de90417b4052ac409e7cd9a25c5676a108ede";
