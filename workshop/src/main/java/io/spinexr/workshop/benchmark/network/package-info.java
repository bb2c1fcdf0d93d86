/** How fast the networks run, beside PyTorch and beside what the machine can do at best. */
package io.spinexr.workshop.benchmark.network;
