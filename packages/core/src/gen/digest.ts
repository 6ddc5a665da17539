// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "9bd08214479964bd630b469a3c0604b4452455710ce9c8429cbc3e26ed369156";
