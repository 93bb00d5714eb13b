/** Zip files of any size: their tables, where in the file entries lie, and what they hold. */
package org.mindeye.formats.internal.zip;
