// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "7958a7afee659ee79a681d5e870379b67317247933a0ef74efb9ecc5bc2c66cc";
