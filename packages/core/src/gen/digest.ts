// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "71bb64dc98c8bd59d802541312f07586aab439f0e412bfeb7a9988b653d57094";
