#!/bin/sh
# Makes the model in the binary: internal/model/minilm, the hash of its weights in
# internal/model/embedded.go, and the embeddings that a test holds it against.
#
#   bench/ship/make.sh WORK BASE COSQA REPOS
#
# WORK is a folder for what comes up on the way (the mined pairs, two trained models
# and their mean, in float32). BASE is all-MiniLM-L6-v2 with float32 weights
# ("hunch model pull all-MiniLM-L6-v2"), COSQA what "hunch data pull cosqa"
# downloads, REPOS the repositories that search is judged with (bench/semble), of
# which the mined pairs must have no line. Python with sentence-transformers is
# PYTHON, or python3.
#
# Takes two hours on two cores with AMX and 10 GB of memory. The same data give the
# same weights on processors of one kind.
set -eu
[ $# = 4 ] || { sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p;}' "$0" >&2; exit 2; }
for dir in "$2" "$3" "$4"; do
	[ -d "$dir" ] || { echo "make.sh: no folder $dir" >&2; exit 2; }
done
work=$1 base=$2 cosqa=$3 repos=$4
name=hunch-minilm-2
root=$(cd "$(dirname "$0")/../.." && pwd)
embedded=$root/internal/model/minilm
mkdir -p "$work"

(cd "$root" && go build -o "$work/hunch" ./cmd/hunch && go build -o "$work/pairs" ./bench/pairs)
# mine FILE MOST TOTAL: pairs, so many of a package and of all at most
mine() {
	[ -f "$work/$1" ] || (cd "$root" && "$work/pairs" -avoid "$repos" -cosqa "$cosqa" \
		-names 0.1 -share 0.3 -favour python -most "$2" -total "$3" -out "$work/$1")
}
# learn NAME FILE FLAGS...: a model from CoSQA and the pairs of FILE
learn() {
	[ -d "$work/$1" ] || { out=$1 pairs=$2; shift 2; "$work/hunch" train cosqa --data "$cosqa" --base "$base" \
		--pairs "$work/$pairs" --batch 500 --lr 3e-4 --symmetric --memory 10 --out "$work/$out" "$@"; }
}
mine few.jsonl 100 10000
mine many.jsonl 250 25000
learn short few.jsonl --epochs 2
learn long many.jsonl --epochs 4 --average-from 0.5 --bf16
python=${PYTHON:-python3}
[ -d "$work/$name" ] || "$python" "$root/bench/ship/mean.py" "$work/$name" "$work/long" "$work/short"

rm -rf "$work/int8"
"$work/hunch" model quantize "$work/$name" "$work/int8"
for file in config.json modules.json sentence_bert_config.json tokenizer_config.json vocab.txt 1_Pooling/config.json model.safetensors; do
	cp "$work/int8/$file" "$embedded/$file"
done
hash=$(sha256sum "$embedded/model.safetensors" | cut -d' ' -f1)
sed -i "s/^const embeddedHash = .*/const embeddedHash = \"$hash\"/" "$root/internal/model/embedded.go"
testdata=$root/internal/model/testdata
"$python" "$testdata/reference.py" "$work/$name" >"$work/embedded.json"
mv "$work/embedded.json" "$testdata/embedded.json"
(cd "$root" && go test ./internal/model)
echo "made $name: $hash"
