/**
 * The analysis of one study: from the images that archives list to a kept result, or to why there
 * is none. When it is asked for is decided in {@code search}; where the result goes, in {@code
 * outcome}.
 */
package io.spinexr.analysis;
