package emu

import (
	"crypto/rsa"
	"fmt"
	"io"
	"math/big"
)

const (
	rsaExponent = 65537
	// sieveTo bounds the small primes that candidates are divided by; sieveSpan is
	// how many odd numbers after a random start are candidates.
	sieveTo   = 1 << 13
	sieveSpan = 1 << 13
	// primeRounds of Miller and Rabin come before the test of Baillie and others.
	primeRounds = 4
)

// newRSA makes an RSA key from random, so that the same bytes give the same key;
// the standard library's generator takes no foreign randomness.
func newRSA(random io.Reader, bits int) (*rsa.PrivateKey, error) {
	e, one := big.NewInt(rsaExponent), big.NewInt(1)
	small := smallPrimes()
	for {
		p, err := newPrime(random, bits/2, small)
		if err != nil {
			return nil, err
		}
		q, err := newPrime(random, bits/2, small)
		if err != nil {
			return nil, err
		}
		n := new(big.Int).Mul(p, q)
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		d := new(big.Int).ModInverse(e, phi)
		if d == nil || p.Cmp(q) == 0 || n.BitLen() != bits {
			continue
		}
		key := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: n, E: rsaExponent}, D: d, Primes: []*big.Int{p, q}}
		key.Precompute()
		return key, nil
	}
}

// newPrime looks for a prime from a random start on.
func newPrime(random io.Reader, bits int, small []uint16) (*big.Int, error) {
	b := make([]byte, bits/8)
	for range 64 {
		if _, err := io.ReadFull(random, b); err != nil {
			return nil, fmt.Errorf("drawing a prime: %w", err)
		}
		b[0] |= 0xC0
		b[len(b)-1] |= 1
		start := new(big.Int).SetBytes(b)
		for i, composite := range sieve(start, small) {
			if composite {
				continue
			}
			p := new(big.Int).Add(start, big.NewInt(int64(2*i)))
			if p.BitLen() == bits && p.ProbablyPrime(primeRounds) {
				return p, nil
			}
		}
	}
	return nil, fmt.Errorf("%w: randomness gives no prime", ErrIssuer)
}

// sieve marks which of start, start+2, … a small prime divides.
func sieve(start *big.Int, small []uint16) []bool {
	composite := make([]bool, sieveSpan)
	var rest, divisor big.Int
	for _, p := range small {
		step := int(p)
		r := int(rest.Mod(start, divisor.SetUint64(uint64(p))).Uint64())
		first := (step - r) % step // the distance to the next multiple
		if first%2 == 1 {
			first += step
		}
		for i := first / 2; i < sieveSpan; i += step {
			composite[i] = true
		}
	}
	return composite
}

// smallPrimes are the odd primes below sieveTo.
func smallPrimes() []uint16 {
	composite := make([]bool, sieveTo)
	var primes []uint16
	for n := 3; n < sieveTo; n += 2 {
		if composite[n] {
			continue
		}
		primes = append(primes, uint16(n))
		for m := n * n; m < sieveTo; m += 2 * n {
			composite[m] = true
		}
	}
	return primes
}
