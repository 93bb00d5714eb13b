/** Files that are either complete or absent, and what their folders need for it. */
package org.mindeye.formats.io;
