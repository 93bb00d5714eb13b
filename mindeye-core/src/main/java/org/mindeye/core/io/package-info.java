/** Files that are either complete or absent. */
package org.mindeye.core.io;
