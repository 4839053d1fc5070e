package main

import (
	"image"
	"image/color"
	"math"
)

// fitWithin returns the largest size with the same proportions whose longer edge is at most edge.
// A picture that is small already keeps its size.
func fitWithin(width, height, edge int) (int, int) {
	longer := max(width, height)
	if longer <= edge {
		return width, height
	}
	scale := float64(edge) / float64(longer)
	return max(1, int(float64(width)*scale+0.5)), max(1, int(float64(height)*scale+0.5))
}

// srgbToLinear turns a screen value (0 to 65535) into light. Averaging screen values instead makes
// fine bright patterns, such as snow or text, too dark.
func srgbToLinear(value uint32) float64 {
	v := float64(value) / 65535
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

func linearToSRGB(light float64) uint8 {
	v := 12.92 * light
	if light > 0.0031308 {
		v = 1.055*math.Pow(light, 1/2.4) - 0.055
	}
	return uint8(math.Round(math.Min(1, math.Max(0, v)) * 255))
}

// shrinkToFit averages all source pixels that fall into each target pixel (a box filter).
func shrinkToFit(source image.Image, edge int) image.Image {
	bounds := source.Bounds()
	width, height := fitWithin(bounds.Dx(), bounds.Dy(), edge)
	if width == bounds.Dx() && height == bounds.Dy() {
		return source
	}
	target := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		top, bottom := y*bounds.Dy()/height, max((y+1)*bounds.Dy()/height, y*bounds.Dy()/height+1)
		for x := range width {
			left, right := x*bounds.Dx()/width, max((x+1)*bounds.Dx()/width, x*bounds.Dx()/width+1)
			var red, green, blue float64
			for sy := top; sy < bottom; sy++ {
				for sx := left; sx < right; sx++ {
					r, g, b, _ := source.At(bounds.Min.X+sx, bounds.Min.Y+sy).RGBA()
					red += srgbToLinear(r)
					green += srgbToLinear(g)
					blue += srgbToLinear(b)
				}
			}
			count := float64((bottom - top) * (right - left))
			target.SetRGBA(x, y, color.RGBA{
				R: linearToSRGB(red / count),
				G: linearToSRGB(green / count),
				B: linearToSRGB(blue / count),
				A: 255,
			})
		}
	}
	return target
}
