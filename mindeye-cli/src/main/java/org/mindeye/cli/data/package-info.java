/** What {@code --data} names, in whichever form it is. */
package org.mindeye.cli.data;
