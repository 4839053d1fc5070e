// Command thumbnails serves small versions of the pictures below a folder.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/jpeg"
	_ "image/png"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"time"
)

const (
	defaultSize  = 256
	largestSize  = 1024
	maxMegapixel = 80
)

var errTooLarge = errors.New("picture has too many pixels")

type thumbnailServer struct {
	photos *os.Root
	cache  *lruCache
	// slots limits how many pictures are decoded at once: each may take 300 MB for a moment.
	slots chan struct{}
}

func newThumbnailServer(folder string, cacheBytes int64, parallel int) (*thumbnailServer, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, fmt.Errorf("open photo folder: %w", err)
	}
	return &thumbnailServer{
		photos: root,
		cache:  newLRUCache(cacheBytes),
		slots:  make(chan struct{}, parallel),
	}, nil
}

func (s *thumbnailServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	size, err := requestedSize(r.URL.Query().Get("size"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	name := r.PathValue("name")
	key := fmt.Sprintf("%s@%d", name, size)
	thumbnail, ok := s.cache.Get(key)
	if !ok {
		thumbnail, err = s.renderThumbnail(name, size)
		if err != nil {
			s.answerError(w, name, err)
			return
		}
		s.cache.Put(key, thumbnail)
	}
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("Cache-Control", "max-age=86400")
	_, _ = w.Write(thumbnail)
}

// requestedSize reads the edge length in pixels; an empty text means the default.
func requestedSize(text string) (int, error) {
	if text == "" {
		return defaultSize, nil
	}
	size, err := strconv.Atoi(text)
	if err != nil || size < 16 || size > largestSize {
		return 0, fmt.Errorf("size must be between 16 and %d", largestSize)
	}
	return size, nil
}

// renderThumbnail decodes one picture and shrinks it. The header is read first, because a tiny file
// can claim to be a gigapixel.
func (s *thumbnailServer) renderThumbnail(name string, size int) ([]byte, error) {
	s.slots <- struct{}{}
	defer func() { <-s.slots }()

	file, err := s.photos.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()

	header, _, err := image.DecodeConfig(file)
	if err != nil {
		return nil, err
	}
	if header.Width*header.Height > maxMegapixel*1_000_000 {
		return nil, errTooLarge
	}
	if _, err := file.Seek(0, 0); err != nil {
		return nil, err
	}
	picture, _, err := image.Decode(file)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = jpeg.Encode(&out, shrinkToFit(picture, size), &jpeg.Options{Quality: 82})
	return out.Bytes(), err
}

func (s *thumbnailServer) answerError(w http.ResponseWriter, name string, err error) {
	slog.Warn("no thumbnail", "name", name, "error", err)
	switch {
	case errors.Is(err, os.ErrNotExist):
		http.Error(w, "no such picture", http.StatusNotFound)
	case errors.Is(err, errTooLarge), errors.Is(err, image.ErrFormat):
		http.Error(w, err.Error(), http.StatusUnsupportedMediaType)
	default:
		http.Error(w, "cannot read this picture", http.StatusInternalServerError)
	}
}

func main() {
	folder := flag.String("photos", ".", "folder with pictures")
	address := flag.String("listen", "127.0.0.1:8070", "address to listen on")
	flag.Parse()

	server, err := newThumbnailServer(*folder, 64<<20, 2)
	if err != nil {
		slog.Error("cannot start", "error", err)
		os.Exit(1)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /thumb/{name...}", server)
	web := &http.Server{Addr: *address, Handler: mux, ReadHeaderTimeout: 5 * time.Second}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	go func() {
		<-ctx.Done()
		_ = web.Shutdown(context.Background())
	}()
	if err := web.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		slog.Error("stopped", "error", err)
		os.Exit(1)
	}
}
