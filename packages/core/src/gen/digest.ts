// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "ed9ea8589a6b44cffac83c8c1eca12167f1268802d22a5ea281755f878aae383";
