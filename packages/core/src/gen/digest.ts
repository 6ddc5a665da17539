// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "71642ec472f3e4f3dd01b0abbaec235405af22f70659f986344b7fabb25fbbaf";
