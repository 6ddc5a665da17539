// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "e04560713cef615ee5dbbb07e01e91b8b87572d76729a207156ed3df144b8bd8";
