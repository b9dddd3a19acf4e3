// Package hub simulates the hub of linked civil procedures (Decree 63/2024/ND-CP) over
// HTTP: it takes births and deaths, hands each leg to its agency, and tells what the
// agencies say. Three agencies work at unequal speed and speak to the hub at
// intervals of their own, so that what is told of a leg has an age.
//
// How programs speak to the real hub is not published. What is asked and answered here
// is what a gateway needs: a token; a dossier put under a key, so that putting it again
// makes no second one; news after a number; supplements and drafts put under keys.
//
// A scenario file says how fast the agencies are, who is in the population register,
// what becomes of single dossiers, and what goes wrong; its speed plays all of that
// faster. Everybody in it is invented. Every answer bears a demonstration mark, and it
// serves on loopback only (gatewayd sim hub).
package hub
