// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "e6aa87b011f8a34ed791f9d758890b456316f65371522088af483245cbbc8b73";
