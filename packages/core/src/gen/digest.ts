// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "e7509e361ce26a2451493fe5a3c5ffafaa539be60c67fbfa90b0555e29f9d260";
