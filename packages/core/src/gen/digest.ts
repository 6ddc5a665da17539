// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "0e1873ec2fa1b65c2db4705292bbbdf1c0205bcf462ee0f7b4e2d59aa8630979";
