// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "5c3f73d86fc16254aebd9d8b67628b7c1eb68654d0b0f920940dea86f433165a";
