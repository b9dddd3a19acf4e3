// Package config is kioskd's configuration: one file, one struct, one loader.
//
// Decoding is strict: a key that the struct does not have is an error, and every
// fault of a file is told at once. A file that is absent differs from a file
// that is wrong ([fault.ConfigAbsent], [fault.ConfigInvalid]). Relative paths
// are relative to the file. The package opens nothing but that one file:
// whether a key or a folder that it names exists is for its user to find out.
//
// It is a leaf: it must never import another package of the daemon.
package config
