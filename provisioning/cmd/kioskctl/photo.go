package main

import (
	"errors"
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"os"

	"motcua/provisioning/cardread"
)

// errPhotoFile is wrapped when the photo's file cannot be written.
var errPhotoFile = errors.New("the photo's file cannot be written")

// photoFree checks that the file for a photo can be new: what is there is never
// written over.
func photoFree(file string) error {
	if file == "" {
		return nil
	}
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return errors.New("--photo: there is a file of that name already")
	}
	return nil
}

// savedPhoto is a photo that was written to a file.
type savedPhoto struct {
	File   string `json:"file"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

// savePhoto writes the photo of a reading as PNG, for its owner alone to read.
func savePhoto(r *cardread.Reading, file string) (*savedPhoto, error) {
	picture, err := r.Picture()
	if err != nil {
		return nil, err
	}
	if err := writePNG(file, picture); err != nil {
		return nil, fmt.Errorf("%w: %w", errPhotoFile, err)
	}
	size := picture.Bounds().Size()
	return &savedPhoto{file, size.X, size.Y}, nil
}

func writePNG(file string, picture image.Image) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = errors.Join(png.Encode(f, picture), f.Close())
	if err != nil {
		return errors.Join(err, os.Remove(file))
	}
	return nil
}
