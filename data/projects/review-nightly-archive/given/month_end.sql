-- Month's end in a music school's database (PostgreSQL 15), run by psql on the first of the next month
-- with  -v month=2025-03-01  (the first day of the month that ended) and  -v ON_ERROR_STOP=1.
--
-- teacher(id, active not null)
-- lesson(id, teacher_id not null, enquiry_id, held_at timestamp not null)  enquiry_id is null for walk-ins
-- enquiry(id, received_at timestamp not null)
-- contract(id, status not null, ended_on date, legal_hold boolean not null)
-- payroll(teacher_id, month, lessons, primary key (teacher_id, month))
BEGIN;

-- 1. Lessons of the month for the payroll: a row for every active teacher, 0 where none was held.
--    The file may be run again: the rows are then written anew.
INSERT INTO payroll (teacher_id, month, lessons)
SELECT teacher.id, :'month'::date, count(lesson.id)
FROM teacher
LEFT JOIN lesson
  ON lesson.teacher_id = teacher.id
  AND lesson.held_at BETWEEN :'month'::date AND :'month'::date + interval '1 month' - interval '1 day'
WHERE teacher.active
GROUP BY teacher.id
ON CONFLICT (teacher_id, month) DO UPDATE SET lessons = excluded.lessons;

-- 2. Enquiries that are more than two years old and never led to a lesson.
DELETE FROM enquiry
WHERE received_at < :'month'::date - interval '2 years'
  AND id NOT IN (SELECT enquiry_id FROM lesson);

-- 3. Contracts, closed or cancelled, that ended more than ten years ago, unless under legal hold.
DELETE FROM contract
WHERE status = 'closed' OR status = 'cancelled'
  AND ended_on < :'month'::date - interval '10 years'
  AND NOT legal_hold;

COMMIT;
