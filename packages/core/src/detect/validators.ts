/** Whether a matched value passes the named check; a name that is not known passes nothing. */
export function validate(name: string, value: string): boolean {
  return checks[name]?.(value) ?? false;
}

const digitsOf = (value: string): number[] => [...value.replace(/\D/g, "")].map(Number);

const checks: Readonly<Record<string, (value: string) => boolean>> = {
  luhn(value) {
    const digits = digitsOf(value).reverse();
    const sum = digits.reduce(
      (total, digit, index) => total + (index % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2),
      0,
    );
    return digits.length > 1 && sum % 10 === 0;
  },
};
