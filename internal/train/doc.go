// Package train fine-tunes a BERT text encoder on pairs of a query and the code
// that answers it.
//
// [Run] takes weights and pairs and returns new weights, under the names that
// transformers' BertModel gives them. Everything is computed here in float32 on
// the kernels of package simd: each layer's file holds its forward pass and,
// beside it, the backward pass written by hand with the formula it follows.
//
// # Work
//
// A step encodes the texts of its batch, computes the loss from all their
// embeddings, and goes back through the texts. Texts are packed one behind the
// other without padding, as in package bert:
//
//	item  some texts, about 256 tokens: what one thread computes at a time
//	slab  some items, about 2,048 tokens: what stands in memory at a time
//	batch some slabs
//
// The activations of as many slabs as fit in memory are kept for the backward
// pass, and those of the others computed a second time (gradient caching: Gao et
// al. 2021, "Scaling Deep Contrastive Learning Batch Size under Memory Limited
// Setup"), so that a batch of any size runs in bounded memory.
//
// # The same bits
//
// The result depends on the weights, the pairs and the [Config] alone, bit for
// bit: not on the number of threads or the memory, nor on an interruption.
// What a text contributes to the activations does not depend on its
// neighbours; dropout is a function of the step, the text and the place; sums
// over texts are taken in an order that is fixed by the batch.
package train
