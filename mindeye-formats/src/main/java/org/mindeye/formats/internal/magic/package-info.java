/** The marks by which formats are known. */
package org.mindeye.formats.internal.magic;
