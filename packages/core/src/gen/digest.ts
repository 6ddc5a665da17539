// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "247768d8fd836095856e49c159190e01320c7adc7f7fb5a5aa218dd250a21f72";
