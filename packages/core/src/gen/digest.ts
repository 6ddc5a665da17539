// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "2dd7aa1c95ba72207e94d30efa46a6216dd97be5baa5481675ee4ac248daba69";
