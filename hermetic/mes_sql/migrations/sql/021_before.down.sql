drop schema mes cascade;
