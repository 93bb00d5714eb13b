/** {@link org.mindeye.formats.kind.FileKind} says what a file is, whatever its name. */
package org.mindeye.formats.kind;
