/** Work that is done on all processors. */
package io.spinexr.cores;
