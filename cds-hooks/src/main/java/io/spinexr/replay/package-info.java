/**
 * What a result came from and who was shown it, and whether it comes out again. Nothing is shown to
 * clinicians here, and nothing is changed.
 */
package io.spinexr.replay;
