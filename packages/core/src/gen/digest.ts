// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "2824b1daa08e7e41420c0eda46018dd79be00ef752d1d4bcb0b0d4851dfdf8c1";
