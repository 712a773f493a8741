-- Clean: what a step left in its session that is neither its role nor its path. The settings are made anew afterwards.

DISCARD TEMP;

UNLISTEN *;

CLOSE ALL;

RESET ALL;
