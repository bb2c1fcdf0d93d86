/**
 * Where results are brought: one class for each kind of target, and what such a class is. That it
 * happens, and again until it has, is the jobs' concern, not this package's.
 */
package io.spinexr.output;
