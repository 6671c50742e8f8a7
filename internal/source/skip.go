package source

// What is left out by type and name alone, without opening it.

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// Reasons for leaving something out, as given to [Options.Skipped] and in
// [SkipError]. They are made to be read by people.
const (
	ReasonIgnored   = "ignored by" // followed by file:line of the pattern, by a pattern of [Options], or by nothing more
	ReasonVCS       = "version control"
	ReasonNested    = "nested repository"
	ReasonSymlink   = "symbolic link"
	ReasonSpecial   = "not a regular file"
	ReasonVendored  = "vendored"
	ReasonGenerated = "generated"
	ReasonMinified  = "minified"
	ReasonBinary    = "binary"
	ReasonData      = "data"
	ReasonEncoding  = "unknown encoding" // neither UTF-8 nor surely UTF-16 or Windows-1252
	ReasonSecret    = "secret"           // a private key, password or token
	ReasonTooLarge  = "too large"
	ReasonTooDeep   = "too deep" // a folder
)

// SkipError says that a file was read but is not worth indexing.
type SkipError struct {
	Path   string // as in File
	Reason string // one of the Reason constants
}

func (e *SkipError) Error() string { return fmt.Sprintf("%q is skipped: %s", e.Path, e.Reason) }

// typeReason judges by the type of an entry; empty if nothing is against it.
func typeReason(e fs.DirEntry, fold bool) string {
	name := e.Name()
	switch {
	case name == ".git" || fold && strings.EqualFold(name, ".git"):
		return ReasonVCS
	case e.IsDir():
		switch name {
		case ".hg", ".svn", ".jj":
			return ReasonVCS
		}
		return ""
	case e.Type()&fs.ModeSymlink != 0:
		return ReasonSymlink
	case !e.Type().IsRegular():
		return ReasonSpecial
	}
	return ""
}

// nameReason judges by the name of an entry, of its folder and of what lies
// beside it.
func nameReason(folder string, e fs.DirEntry, beside []fs.DirEntry) string {
	name := e.Name()
	if e.IsDir() {
		if markers, ok := vendoredFolders[name]; ok && (markers == nil || hasEntry(beside, markers...)) {
			return ReasonVendored
		}
		return ""
	}
	lower := lowerASCII(name)
	if reason, ok := skippedNames[lower]; ok {
		return reason
	}
	if isSecretName(folder, lower) {
		return ReasonSecret
	}
	// All extensions are tried, the longest first: x.min.js.map, x.js.map, .map.
	for i := 1; i < len(lower); i++ {
		if lower[i] != '.' {
			continue
		}
		if reason, ok := skippedExtensions[lower[i:]]; ok {
			return reason
		}
	}
	for _, suffix := range generatedSuffixes {
		if strings.HasSuffix(lower, suffix) {
			return ReasonGenerated
		}
	}
	return ""
}

// vendoredInside judges a folder by what it contains.
func vendoredInside(folder string, entries []fs.DirEntry) bool {
	if hasEntry(entries, "pyvenv.cfg") {
		return true // a Python environment, whatever its name
	}
	return path.Base(folder) == "vendor" && hasEntry(entries, "modules.txt", "autoload.php")
}

func hasEntry(entries []fs.DirEntry, names ...string) bool {
	for _, e := range entries {
		for _, name := range names {
			if e.Name() == name {
				return true
			}
		}
	}
	return false
}

// vendoredFolders holds folders of other people's code that a package manager
// filled, and what must lie beside one for that; nil if its name says enough.
var vendoredFolders = map[string][]string{
	"vendor":           {"go.mod", "go.work", "composer.json", "Gemfile", "Cargo.toml"},
	"Pods":             {"Podfile"},
	"Carthage":         {"Cartfile"},
	"node_modules":     nil,
	"bower_components": nil,
	"jspm_packages":    nil,
	"site-packages":    nil,
	"__pypackages__":   nil,
	"__pycache__":      nil,
	".venv":            nil,
	".tox":             nil,
	".nox":             nil,
	".eggs":            nil,
	".terraform":       nil,
	".gradle":          nil,
	".pnpm-store":      nil,
}

// generatedSuffixes are those that do not begin with a dot.
var generatedSuffixes = []string{"_pb2.py", "_pb2_grpc.py", "_pb2.pyi", "_pb2_grpc.pyi", "_pb.js", "_pb.d.ts"}

// skippedNames and skippedExtensions are in lower case.
var (
	skippedNames      = map[string]string{}
	skippedExtensions = map[string]string{}
)

func init() {
	for _, t := range []struct {
		table  map[string]string
		reason string
		words  string
	}{
		{skippedNames, ReasonGenerated, lockFiles},
		{skippedNames, ReasonBinary, ".ds_store thumbs.db"},
		{skippedExtensions, ReasonGenerated, generatedExtensions},
		{skippedExtensions, ReasonMinified, ".min.js .min.mjs .min.cjs .min.css .min.html"},
		{skippedNames, ReasonSecret, secretNames},
		{skippedExtensions, ReasonSecret, secretExtensions},
		{skippedExtensions, ReasonData, ".pem .crt .csr .p7b"},
		{skippedExtensions, ReasonBinary, binaryExtensions},
	} {
		for word := range strings.FieldsSeq(t.words) {
			t.table[word] = t.reason
		}
	}
}

const lockFiles = `
	go.sum go.work.sum
	package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock deno.lock .pnp.cjs .pnp.loader.mjs
	cargo.lock poetry.lock pipfile.lock pdm.lock uv.lock pixi.lock conda-lock.yml pylock.toml
	composer.lock gemfile.lock mix.lock rebar.lock pubspec.lock renv.lock
	podfile.lock package.resolved cartfile.resolved packages.lock.json paket.lock project.assets.json
	gradle.lockfile buildscript-gradle.lockfile flake.lock module.bazel.lock
	stack.yaml.lock cabal.project.freeze .terraform.lock.hcl chart.lock buf.lock`

const generatedExtensions = `
	.pb.go .pb.gw.go .pb.cc .pb.h .pb.swift .pb.dart .pbenum.dart .pbjson.dart .pbgrpc.dart
	.g.dart .freezed.dart .designer.cs .g.cs .g.i.cs .designer.vb
	.js.map .mjs.map .cjs.map .css.map .ts.map .snap .tsbuildinfo`

// binaryExtensions holds no extension that text has as well (.pt is PyTorch,
// and a README in Portuguese): there the content tells.
const binaryExtensions = `
	.hnx
	.png .jpg .jpeg .gif .bmp .ico .icns .tif .tiff .webp .avif .heic .psd .xcf .ai .eps .tga .dds .exr .ktx
	.mp3 .wav .flac .ogg .oga .opus .m4a .aac .wma .mid .midi .aiff
	.mp4 .m4v .mkv .mov .avi .webm .wmv .flv .mpg .mpeg .ogv .3gp
	.zip .tar .gz .tgz .bz2 .tbz .xz .txz .lz .lzma .lz4 .zst .7z .rar .cab .cpio .rpm .deb .apk .ipa .dmg .iso .img
	.jar .war .ear .aar .whl .egg .gem .nupkg .crate .xpi .vsix .crx .msi .appimage .snappkg
	.exe .dll .so .dylib .a .o .obj .elf .pdb .ilk .gch .pch
	.class .dex .pyc .pyo .pyd .beam .wasm .bc .hi .rlib .rmeta .cmi .cmo .cmx .cmt .cmti .elc .luac .syso .node .nib
	.ttf .otf .woff .woff2 .eot .pfb .pfm .ttc .fon
	.pdf .doc .docx .xls .xlsx .xlsm .ppt .pptx .odt .ods .odp .epub .mobi .chm .djvu .rtf
	.db .sqlite .sqlite3 .mdb .accdb .dbf .ldb .rdb .ibd .mdf .ldf
	.npy .npz .pkl .pickle .pth .onnx .tflite .h5 .hdf5 .ckpt .safetensors .gguf .ggml .mlmodel .joblib
	.parquet .arrow .feather .orc .avro .mat .rds .rda .rdata .sav .dta .sas7bdat .fits .grib
	.blend .fbx .3ds .glb .stl .ply .usdz .dwg .skp .unitypackage .uasset .umap .pak
	.p12 .pfx .jks .keystore .der .cer .gpg .pgp .kdbx
	.swp .swo .bin .gmo .pcap .pcapng .dmp .prof .pprof .pgo .gcda .gcno .profraw .profdata`
