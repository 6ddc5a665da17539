// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "c595a1e49c12a30ab600435bc2dfc184c9f07edae63a6a5a3fdc443acc93180e";
