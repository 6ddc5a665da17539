// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "f8ff40ee57d68487d82eadf063d858792f93a1a1298ecbbf98a124001ef748d5";
