// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "c5b0490a675e5af3b6afa6b6073843ee893d870464012c4fc98804427f99c947";
