// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "99eb01d7b55766fd19f409227ceaeae01d531157cc5f87626b48bc8ca97ebeb2";
