// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "6622628a7f6ba8fc14d614db88b371b0ecb3b0c03b8880457b81dd844ec11bf6";
