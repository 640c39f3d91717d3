"""From the same notebooks: slides, a class's folders, marks and a site, all read off the chapters' fixed anatomy."""
