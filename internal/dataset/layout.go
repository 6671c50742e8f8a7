package dataset

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/hunch-search/hunch/internal/atomicfile"
)

// The names by which notebooks know the data.
const (
	testDataFile  = "cosqa_test_data.json"
	trainDataFile = "cosqa_train_data.json"
)

// Layout writes the data of a folder that [OpenCoSQA] takes to the folder out,
// under the names that the notebook used which this project began with:
//
//	cosqa_test_data.json   test_webquery.json as it is: 1,046 records with idx,
//	                       doc (the query) and code
//	cosqa_train_data.json  the records of cosqa-retrieval-train-19604.json, as
//	                       they are, but without those whose query is one of the
//	                       test data (15 of them); label is 1 for a function
//	                       that answers the query, 0 for one that was judged not
//	                       to: train on the first, or use the second as negatives
//
// The retrieval split is taken for training, and not upstream's cosqa-train.json,
// since that holds most of the test pairs of the protocol cosqa. Each file is
// replaced as a whole or not at all.
func Layout(dir, out string) error {
	if err := layout(dir, out); err != nil {
		return fmt.Errorf("dataset: layout: %w", err)
	}
	return nil
}

func layout(dir, out string) error {
	c, err := OpenCoSQA(dir)
	if err != nil {
		return err
	}
	test, err := c.pairs(webQueryFile, nil)
	if err != nil {
		return err
	}
	asked := map[string]bool{}
	for _, p := range test {
		asked[p.Query] = true
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	err = atomicfile.Write(filepath.Join(out, testDataFile), func(w io.Writer) error {
		f, err := c.open(webQueryFile)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.Copy(w, f)
		return err
	})
	if err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(out, trainDataFile), func(w io.Writer) error { return c.copyTrain(w, asked) })
}

// copyTrain writes the training records whose query is not among those asked.
func (c *CoSQA) copyTrain(w io.Writer, asked map[string]bool) error {
	separator := "[\n "
	err := c.read(trainFile, '[', func(dec *json.Decoder) error {
		var record json.RawMessage
		if err := dec.Decode(&record); err != nil {
			return err
		}
		var p pair
		if err := json.Unmarshal(record, &p); err != nil {
			return err
		}
		if p.Query == "" || p.Code == "" || p.Label == nil {
			return errors.New("expected a record with doc, code and label")
		}
		if asked[p.Query] {
			return nil
		}
		_, err := fmt.Fprintf(w, "%s%s", separator, record)
		separator = ",\n "
		return err
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, "\n]\n")
	return err
}
